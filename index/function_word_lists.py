"""Words that hold a sentence together and say nothing of its subject, by language.

Only closed classes: articles, pronouns, prepositions, conjunctions, auxiliaries. The longer stop
lists in circulation hold "fire", "bill", "system" and "interest", which are what news is about.
"""

WORDS = {
    "en": """
        a an the and or but nor if then than so because while although though unless until since as
        of to in on at by for from with without into onto upon over under about above below between
        among through during before after against within across behind toward towards per via i me
        my mine myself we us our ours ourselves you your yours yourself he him his himself she her
        hers herself it its itself they them their theirs themselves this that these those who whom
        whose which what when where why how there here am is are was were be been being have has
        had having do does did doing will would shall should can could may might must not no cannot
        also very too just only even such both either neither each every any some all other another
        own same more most much many few less least again ever never
    """,
    "ru": """
        а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже
        для до его ее её ей ему если есть ещё еще же за здесь и из или им их к как какой ко когда
        которая которого которой которые который которых кто ли либо между меня мне может мы на над
        надо нас не него нее неё нет ни них но ну о об однако он она они оно от очень по под после
        при про с сам свою своего своей свои своих себя со так также такой там те тем то того тоже
        той только том ту ты у уже хотя чего чей чем что чтобы чье чья эта эти это этого этой этом
        этот эту я
    """,
    "ar": """
        في من إلى على عن مع بين بعد قبل عند حتى منذ خلال حول ضد دون و أو أم ثم لكن بل إن أن لأن إذا
        لو لا لم لن ما ليس كان كانت يكون قد هذا هذه ذلك تلك هؤلاء الذي التي الذين هو هي هم أنا نحن
        أنت كل بعض أي كما أيضا
    """,
    "cs": """
        a aby ale ani až bez bude budou by byl byla bylo byli být co což či do i já jak jako je
        jeho její jejich jen jsem jsme jsou již k kde kdy která které který kteří na nad nebo než o
        od po pod podle pro proto před při s se si ta tak také tato tedy ten tento této to tohoto
        tím u už v ve z za že
    """,
    "da": """
        af alle at blev blive bliver da de deres den denne der det dette dig disse du efter eller
        en er et for fra ham han hans har havde hende hendes hun hvad hvis hvor i ikke ind jeg jo
        kan kunne med men mig mod må ned nej nogle nu når og også om op os over på sig sin sine
        skal skulle som til ud under var ved vi vil ville være
    """,
    "de": """
        ab aber als am an auch auf aus bei beim bis bzw da damit dann das dass dein dem den denn
        der des dessen deren die dies diese diesem diesen dieser dieses doch du durch ein eine
        einem einen einer eines er es etwa euch für gegen hat hatte hatten haben ich ihm ihn ihnen
        ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jetzt kann kein
        keine keinen können man mehr mein mit muss nach nicht noch nun nur ob oder ohne schon sehr
        sein seine seinem seinen seiner seit sich sie sind so soll sollen sollte sondern sowie über
        um und uns unser unter vom von vor war waren was weil wenn wer werden wie wieder will wir
        wird wo wurde wurden während zu zum zur zwischen
    """,
    "el": """
        ο η το οι τα του της των τον την τους τις ένας μια ένα και ή αλλά ότι πως που να θα δεν μην
        με σε από για προς κατά μετά πριν χωρίς ως αν όταν όπως είναι ήταν έχει έχουν αυτός αυτή
        αυτό αυτά στο στη στην στον στα στους στις μας σας τι ποιος
    """,
    "es": """
        a al algo ante aquel aquella aunque cada como con contra cual cuando cuyo de del desde
        donde durante e el él ella ellas ellos en entre era eran es esa ese eso esta está están
        estas este esto estos fue fueron ha había han hasta hay la las le les lo los más me mi
        mientras muy ni no nos o otra otro para pero por porque pues que qué quien se según ser si
        sí sin sino sobre son su sus también tan te tiene todo todos tras tu u un una unas uno unos
        y ya yo
    """,
    "fr": """
        à afin ai ainsi alors après au aucun aussi aux avait avant avec avoir car ce ceci cela
        celle celui ces cet cette chaque chez comme comment contre c d dans de depuis des donc dont
        du elle elles en entre est et étaient était être eu eux il ils j je jusque l la le lequel
        les leur leurs lors lui m ma mais me même mes moi n ne ni nos notre nous on ont ou où par
        parce pas pendant peu plus pour pourquoi puis qu quand que quel quelle qui quoi s sa sans
        se selon sera ses si son sont sous sur t ta tandis te tes toi ton tous tout toute très tu
        un une vers vos votre vous y
    """,
    "hy": """
        և եւ ու կամ բայց իսկ որ որը որոնք եթե քանի ինչ ինչպես երբ որտեղ ով թե այս այդ այն սա դա նա
        նրա նրանք նրանց ես դու մենք դուք իր իրենց մեր ձեր է են եմ էր էին չի չէ չեն ոչ էլ նաև միայն
        մեջ մասին համար հետ վրա տակ մոտ միջև առանց դեպի ըստ մինչև հետո առաջ պետք կա կան
    """,
    "it": """
        a ad ai al alla alle allo anche ancora aveva c che chi ci come con contro cui d da dagli
        dai dal dalla dalle degli dei del dell della delle dello di dopo dove due e è ed era erano
        essere fra fu gli ha hanno i il in io l la le lei li lo loro lui ma mentre mi ne negli nei
        nel nell nella nelle no noi non o ogni per perché però più poi prima proprio quale quando
        quanto quella quelle quelli quello questa queste questi questo se senza si sia sono sta
        stato su sua sue sugli sui sul sulla sulle suo suoi tra tu tutti tutto un una uno vi voi
    """,
    "ka": """
        და ან მაგრამ რომ რომელიც რომელმაც რომლის თუ როცა როდესაც სადაც რა ვინ როგორ ეს ის იმ ამ მან
        მას მის მათ მათი მისი იგი ისინი მე შენ ჩვენ თქვენ არის იყო იყვნენ არიან არ ვერ ნუ კი უნდა
        უკვე ასევე მხოლოდ შორის შესახებ შემდეგ მიერ გარდა
    """,
    "nl": """
        aan al alle als althans bij ce daar dan dat de den der des deze die dit doch door dus een
        en er had hadden heb hebben heeft hem het hij hoe hun ik in is ja je kan konden kunnen maar
        me meer men met mijn moet na naar niet nog nu of om omdat onder ons ook op over reeds sinds
        te tegen ten ter toch toen tot tussen u uit van vanaf veel voor waar wanneer want waren was
        wat we wel werd werden wie wij worden wordt zal ze zelf zich zij zijn zo zoals zonder zou
        zouden
    """,
    "no": """
        av alle at ble bli blir da de dem den denne der deres det dette disse du eller en enn er et
        ett etter for fra ha hadde han hans har henne hennes hun hva hvis hvor i ikke inn jeg kan
        kunne man med men mer mot må ned noe noen nå når og også om opp oss over på seg sin sine
        skal skulle som så til under ut var ved vi vil ville være vært
    """,
    "pl": """
        a aby ale albo ani bardzo bez bo by być był była było były będzie będą co czy dla do gdy
        gdzie i ich im ja jak jako je jego jej jest jeszcze już każdy kiedy która które którego
        której który których którzy lub ma mają może na nad nie nim niż o od on ona one oni oraz po
        pod przed przez przy są się sobie swoje ta tak także tam te tego tej temu ten to tu tych
        tylko tym u w we więc wszystko z za ze że żeby
    """,
    "pt": """
        a à ao aos após as às até com como contra da das de dela dele deles depois desde do dos
        durante e é ela elas ele eles em entre era eram essa esse esta está estão este eu foi foram
        há isso isto já lhe lhes mais mas me mesmo meu minha muito na não nas nem no nos nós num
        numa o onde os ou para pela pelas pelo pelos per por porque qual quando que quem se sem ser
        seu seus sob sobre sua suas são também tem têm tinha um uma umas uns
    """,
    "sv": """
        alla att av blev bli blir de dem den denna deras dess det detta dig din du där då efter ej
        eller en er ett från för ha hade han hans har henne hennes hon honom hur här i icke in inte
        jag kan kunde man med mellan men mig min mot mycket ni nu när någon något några och om oss
        på samma sedan sig sin sina ska skall skulle som så till under upp ut utan vad var vara
        varit vi vid vilken än är även över
    """,
    "tr": """
        acaba ama ancak artık aslında bazı ben beri bile bir biri biz bu çok çünkü da daha de değil
        diğer diye dolayı en fakat gibi göre hangi hem hep her hiç için ile ise ki kim kimi mi mı
        mu mü nasıl ne neden nerede o olan olarak oldu olduğu on ona onu onun onlar öyle rağmen
        sadece sen siz sonra şey şu tarafından tüm üzere var ve veya ya yani yok zaten
    """,
    "uk": """
        а або але адже без би був була були було бути в вам вас ви від він вона вони воно все всі
        всіх вже де для до є за же з зі із і й його її їх їм їхній коли котрий к ли між мене ми
        може на над нам нас наш не нього неї ні об один однак о по під після при про та так такий
        також те тим то того тоді той тому ту ти у усі хоча хто це цей ця ці цього цієї цих чи чого
        чому що щоб як яка яке який якого якої які яких якщо я
    """,
}

JOINING = {
    "en": "of in on at with against between | the a an",
    "ru": "в во на о об по для с со из у к за от под при против между |",
    "ca": "de del dels en a al als per amb contra entre | el la els les un una",
    "da": "af for i på til med mod mellem fra over | den det de en et",
    "de": "von vom für in im am an auf zu zum zur mit bei beim gegen zwischen aus über der des "
    "| der die das dem den des ein eine einem einen einer eines",
    "es": "de del en a al para por con contra entre sobre | el la los las un una",
    "fr": "de du des en à au aux pour sur avec contre entre dans | le la les un une",
    "it": "di del dello della dei degli delle in nel nella a al alla per su sul sulla con contro "
    "tra fra da dal dalla | il lo la i gli le un uno una",
    "nl": "van voor in op aan met tegen tussen over uit bij | de het een",
    "no": "av for i på til med mot mellom fra over | den det de en et ei",
    "pl": "w we z ze na o do dla od po przy za pod przeciw między |",
    "pt": "de do da dos das em no na nos nas a ao à para por com contra entre sobre "
    "| o a os as um uma",
    "ro": "de din în la pe pentru cu contra între despre | un o",
    "sv": "av för i på till med mot mellan från över | den det de en ett",
    "uk": "в у на про по для з із зі до від за під при проти між |",
}
"""What joins two words of a phrase, such as "strike at the shipyard": prepositions | articles."""
